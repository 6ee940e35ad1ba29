import { defineInterface } from './interface.ts';

/** The standard interface of properties, which services implement and proxies call. */
export const Properties = defineInterface({
  name: 'org.freedesktop.DBus.Properties',
  methods: {
    Get: { in: ['s interface_name', 's property_name'], out: ['v value'] },
    Set: { in: ['s interface_name', 's property_name', 'v value'] },
    GetAll: { in: ['s interface_name'], out: ['a{sv} props'] },
  },
  signals: {
    PropertiesChanged: {
      args: ['s interface_name', 'a{sv} changed_properties', 'as invalidated_properties'],
    },
  },
});
