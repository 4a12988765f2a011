// What is typed at the node's terminal for a party: files in and out, words compared, a check by anybody.

/** Stands for the folder of the node where this person may not know it; the screen says who does. */
export const HOME = "HOME";

/** A path as a shell takes it: as it is, or quoted. */
const quoted = (path: string): string =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;

const homeOf = (home: string): string => (home === "" ? HOME : quoted(home));

/** Writes what the party has not got yet. */
export const exportCommand = (home: string, party: string): string =>
  `airpact peer export --home ${homeOf(home)} ${party}`;
/** Reads a file of the party; it is checked first. */
export const importCommand = (home: string): string => `airpact peer import --home ${homeOf(home)} FILE`;
/** Takes the card of a party after people compared the words; it asks whether they were the same. */
export const acceptCommand = (home: string, party: string): string =>
  `airpact peer accept --home ${homeOf(home)} ${party}.card`;
/** Checks a receipt, a mirrored log or a fork, on any machine. */
export const verifyCommand = (file: string): string => `airpact verify ${file}`;
