/**
 * Rules by which ShellCheck says that it could not read on: "Parsing stopped here", "Fix any mentioned problems and try again". Of SC1071, it
 * has read nothing: it does not take the shell for one that it knows.
 */
export const shellcheckStops: readonly string[] = ["SC1070", "SC1071", "SC1072", "SC1088", "SC1089"]
