/**
 * Rules for polkit: systemd-resolved asks it who may change the DNS of a link, and knows root alone. Service users may
 * then do with any link what a tunnel needs, and nothing else.
 */
export const polkitRules = (user: string): string => `polkit.addRule(function (action, subject) {
  var allowed = ["set-dns-servers", "set-domains", "set-default-route", "set-dnssec", "revert"];
  var name = action.id.replace(/^org\\.freedesktop\\.resolve1\\./, "");
  if (name !== action.id && allowed.indexOf(name) >= 0 && subject.user === "${user}") return polkit.Result.YES;
});
`;
