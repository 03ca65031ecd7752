import { type OwnRule, sqlStatement } from "./rule.ts"

const java = ["java"] as const
/** A text with something in it that is known as the program runs. */
const builtOf = (metavariable: string) => ({
  "metavariable-pattern": {
    metavariable,
    patterns: [
      {
        "pattern-either": [
          { pattern: "$LEFT + $RIGHT" },
          { pattern: "String.format($FORM, $PART, ...)" },
          { pattern: "$FORM.formatted($PART, ...)" },
        ],
      },
      { "pattern-not": '"..."' },
    ],
  },
})
const focused = (pattern: string, metavariable: string) => ({
  patterns: [{ pattern }, { "focus-metavariable": metavariable }],
})

export const javaRules: readonly OwnRule[] = [
  {
    id: "java-sql-built",
    languages: java,
    severity: "high",
    message: "An SQL statement is put together from parts.",
    cwe: 89,
    why: "Whoever has a say in a part reads and changes what the statement was not meant to reach.",
    mend: "Use a prepared statement with placeholders and hand values over by its setters.",
    match: {
      patterns: [
        { pattern: "$DB.$RUN($SQL, ...)" },
        {
          "metavariable-regex": {
            metavariable: "$RUN",
            regex:
              "^(?:executeQuery|executeUpdate|execute|prepareStatement|prepareCall|createQuery|createNativeQuery|query|queryForObject|queryForList|update)$",
          },
        },
        {
          "metavariable-regex": {
            metavariable: "$SQL",
            regex: sqlStatement.replace("^\\W*", "^\\W*(?:String\\.format\\W+)?"),
          },
        },
        builtOf("$SQL"),
      ],
    },
  },
  {
    id: "java-command-built",
    languages: java,
    severity: "high",
    message: "A command line is put together from parts.",
    cwe: 78,
    why: "Whoever has a say in a part gives the program other arguments, or starts another one.",
    mend: "Use ProcessBuilder with the program and a list of arguments, without a shell.",
    match: {
      "pattern-either": [
        { patterns: [{ pattern: "Runtime.getRuntime().exec($COMMAND, ...)" }, builtOf("$COMMAND")] },
        {
          patterns: [
            { pattern: 'new ProcessBuilder("$SHELL", "-c", $COMMAND, ...)' },
            { "metavariable-regex": { metavariable: "$SHELL", regex: "^(?:/bin/)?(?:ba|da|z|k)?sh$" } },
            builtOf("$COMMAND"),
          ],
        },
      ],
    },
  },
  {
    id: "java-object-stream",
    languages: java,
    severity: "medium",
    message: "Objects are read from a stream that says itself which classes they are of.",
    cwe: 502,
    why: "Whoever writes the stream chooses the classes: with common libraries that is enough to run commands.",
    mend: "Read JSON into classes of your own; or set an ObjectInputFilter that names the classes that may come, and waive the finding.",
    match: { patterns: [{ pattern: "(ObjectInputStream $STREAM).readObject()" }] },
  },
  {
    id: "java-tls-verification-off",
    languages: java,
    severity: "high",
    message: "The certificate of the other side of a TLS connection, or its name, is not checked.",
    cwe: 295,
    why: "Anybody on the way can answer in the name of the server, and read and change what is sent.",
    mend: "Put the authority that signed the certificate into a trust store, and leave the checks as they are.",
    match: {
      "pattern-either": [
        { pattern: "public void checkServerTrusted(X509Certificate[] $CHAIN, String $KIND) { }" },
        { pattern: "$CONNECTION.setHostnameVerifier(($HOST, $SESSION) -> true)" },
        { pattern: "HttpsURLConnection.setDefaultHostnameVerifier(($HOST, $SESSION) -> true)" },
        { pattern: "NoopHostnameVerifier.INSTANCE" },
        { pattern: "TrustAllStrategy.INSTANCE" },
      ],
    },
  },
  {
    id: "java-weak-hash",
    languages: java,
    severity: "medium",
    message: "A hash is made by MD5 or SHA-1.",
    cwe: 328,
    why: "Two texts with the same hash can be made on purpose; a password behind one is found fast.",
    mend: "Use SHA-256; for passwords Argon2, bcrypt or PBKDF2 of Spring Security.",
    match: {
      patterns: [
        { pattern: 'MessageDigest.getInstance("$KIND", ...)' },
        { "metavariable-regex": { metavariable: "$KIND", regex: "(?i)^(?:md[245]|sha-?1|sha)$" } },
      ],
    },
  },
  {
    id: "java-path-from-request",
    languages: java,
    severity: "high",
    message: "A path comes from a request.",
    cwe: 22,
    why: "With `../` in it, it leads to any file that the program can read or write.",
    mend: "Look names up in a table; or resolve it, normalize it, and check that it starts with the directory that it should be in.",
    match: {
      mode: "taint",
      "pattern-sources": [
        { pattern: "(HttpServletRequest $REQUEST).getParameter(...)" },
        { pattern: "(HttpServletRequest $REQUEST).getHeader(...)" },
        ...["RequestParam", "PathVariable", "RequestHeader"].map((annotation) => ({
          patterns: [
            { "pattern-inside": `$TYPE $METHOD(..., @${annotation}(...) String $VALUE, ...) { ... }` },
            { pattern: "$VALUE" },
          ],
        })),
      ],
      "pattern-sanitizers": [
        { pattern: "FilenameUtils.getName(...)" },
        { pattern: "$PATH.getFileName()" },
        { pattern: "Integer.parseInt(...)" },
        { pattern: "UUID.fromString(...)" },
      ],
      "pattern-sinks": [
        focused("new File($PATH)", "$PATH"),
        focused("new File($DIRECTORY, $PATH)", "$PATH"),
        focused("new FileInputStream($PATH)", "$PATH"),
        focused("Paths.get(..., $PATH, ...)", "$PATH"),
        focused("Path.of(..., $PATH, ...)", "$PATH"),
      ],
    },
  },
]
