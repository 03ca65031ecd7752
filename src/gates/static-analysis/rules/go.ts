import { type OwnRule, passwordName, sqlStatement } from "./rule.ts"

const go = ["go"] as const
const built = (metavariable: string) => ({
  "metavariable-pattern": {
    metavariable,
    patterns: [
      { "pattern-either": [{ pattern: "$LEFT + $RIGHT" }, { pattern: "fmt.Sprintf($FORM, $PART, ...)" }] },
      { "pattern-not": '"..."' },
    ],
  },
})
const focused = (pattern: string, metavariable: string) => ({
  patterns: [{ pattern }, { "focus-metavariable": metavariable }],
})

export const goRules: readonly OwnRule[] = [
  {
    id: "go-tls-verification-off",
    languages: go,
    severity: "high",
    message: "The certificate of the other side of a TLS connection is not checked.",
    cwe: 295,
    why: "Anybody on the way can answer in the name of the server, and read and change what is sent.",
    mend: "Put the authority that signed the certificate into RootCAs.",
    match: {
      "pattern-either": [
        { pattern: "tls.Config{..., InsecureSkipVerify: true, ...}" },
        { pattern: "$CONFIG.InsecureSkipVerify = true" },
      ],
    },
  },
  {
    id: "go-sql-built",
    languages: go,
    severity: "high",
    message: "An SQL statement is put together from parts.",
    cwe: 89,
    why: "Whoever has a say in a part reads and changes what the statement was not meant to reach.",
    mend: "Write placeholders into the statement and hand values over beside it.",
    match: {
      patterns: [
        {
          "pattern-either": [
            { pattern: "$DB.$RUN($SQL, ...)" },
            { pattern: "$DB.$RUN($CONTEXT, $SQL, ...)" },
          ],
        },
        {
          "metavariable-regex": {
            metavariable: "$RUN",
            regex:
              "^(?:Query|QueryRow|Exec|Prepare|QueryContext|QueryRowContext|ExecContext|PrepareContext|Raw)$",
          },
        },
        {
          "metavariable-regex": {
            metavariable: "$SQL",
            regex: sqlStatement.replace("^\\W*", "^\\W*(?:fmt\\.Sprintf\\W+)?"),
          },
        },
        built("$SQL"),
      ],
    },
  },
  {
    id: "go-command-built",
    languages: go,
    severity: "high",
    message: "A command line for a shell is put together from parts.",
    cwe: 78,
    why: "A shell reads quotes, semicolons and dollar signs of every part: whoever has a say in one runs commands.",
    mend: "Give exec.Command the program and its arguments, without a shell.",
    match: {
      patterns: [
        {
          "pattern-either": [
            { pattern: 'exec.Command("$SHELL", "-c", $COMMAND)' },
            { pattern: 'exec.CommandContext($CONTEXT, "$SHELL", "-c", $COMMAND)' },
          ],
        },
        { "metavariable-regex": { metavariable: "$SHELL", regex: "^(?:/bin/)?(?:ba|da|z|k)?sh$" } },
        built("$COMMAND"),
      ],
    },
  },
  {
    id: "go-weak-password-hash",
    languages: go,
    severity: "high",
    message: "A password is hashed with MD5 or SHA-1.",
    cwe: 916,
    why: "These are made to be fast: whoever gets the hashes tries billions of passwords a second.",
    mend: "Use golang.org/x/crypto/argon2 or bcrypt.",
    match: {
      patterns: [
        { "pattern-either": [{ pattern: "md5.Sum([]byte($TEXT))" }, { pattern: "sha1.Sum([]byte($TEXT))" }] },
        { "metavariable-regex": { metavariable: "$TEXT", regex: passwordName } },
      ],
    },
  },
  {
    id: "go-jwt-secret-in-code",
    languages: go,
    severity: "high",
    message: "The key that signs tokens stands in the code.",
    cwe: 798,
    why: "Whoever can read the repository, or an image made of it, signs tokens for any user.",
    mend: "Read it from a secret of the environment, and refuse to start without one.",
    match: { pattern: '$TOKEN.SignedString([]byte("$KEY"))' },
  },
  {
    id: "go-path-from-request",
    languages: go,
    severity: "high",
    message: "A path comes from a request.",
    cwe: 22,
    why: "With `../` in it, it leads to any file that the program can read or write.",
    mend: "Look names up in a table; or use os.Root, or filepath.Base of it.",
    match: {
      mode: "taint",
      "pattern-sources": [
        ...["FormValue(...)", "PostFormValue(...)", "PathValue(...)", "URL.Query().Get(...)"].map((call) => ({
          patterns: [
            { pattern: `$REQUEST.${call}` },
            { "pattern-inside": "func $F(..., $REQUEST *http.Request, ...) { ... }" },
          ],
        })),
      ],
      "pattern-sanitizers": [
        { pattern: "filepath.Base(...)" },
        { pattern: "path.Base(...)" },
        { pattern: "strconv.Atoi(...)" },
      ],
      "pattern-sinks": [
        focused("os.Open($PATH)", "$PATH"),
        focused("os.OpenFile($PATH, ...)", "$PATH"),
        focused("os.Create($PATH)", "$PATH"),
        focused("os.ReadFile($PATH)", "$PATH"),
        focused("os.WriteFile($PATH, ...)", "$PATH"),
        focused("os.Remove($PATH)", "$PATH"),
        focused("http.ServeFile($WRITER, $REQUEST, $PATH)", "$PATH"),
      ],
    },
  },
]
