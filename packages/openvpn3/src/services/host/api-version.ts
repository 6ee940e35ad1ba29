/**
 * What the property `version` of each service says: the API that it has. Front ends read the number to know what they
 * may call, and some read nothing but `v` and digits.
 */
export const API_VERSION = 'v27';
