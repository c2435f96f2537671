/** The version of Doorbell, as records, agents and `--version` name it. Held to package.json by a test. */
export const doorbellVersion = '0.1.0';
