// What is typed at the node's terminal for a party: files in and out, words compared, a check by anybody.

/** Writes what the party has not got yet. */
export const exportCommand = (party: string): string => `airpact peer export --home HOME ${party}`;
/** Reads a file of the party; it is checked first. */
export const importCommand = (): string => "airpact peer import --home HOME FILE";
/** Takes the card of a party after people compared the words; it asks whether they were the same. */
export const acceptCommand = (party: string): string => `airpact peer accept --home HOME ${party}.card`;
/** Checks a receipt, a mirrored log or a fork, on any machine. */
export const verifyCommand = (file: string): string => `airpact verify ${file}`;
