import { defineInterface } from '../dist/index.js';

export const NAME = 'com.example.Bench';
export const PATH = '/com/example/Bench';

export const Bench = defineInterface({
  name: NAME,
  methods: {
    Echo: { in: ['s text'], out: ['s text'] },
    Emit: { in: ['u count'] },
  },
  signals: { Tick: { args: ['u number', 'u count', 's text'] } },
});
