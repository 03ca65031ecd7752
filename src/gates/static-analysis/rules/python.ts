import { type OwnRule, sqlStatement } from "./rule.ts"

const python = ["python"] as const
/** What whoever sends a request has chosen, in Flask, Django and Django REST framework. */
const requested = [
  ...["args", "form", "values", "json", "cookies"].map((name) => `flask.request.${name}`),
  ...["GET", "POST", "query_params"].map((name) => `request.${name}`),
]
/** A text with something in it that is known as the program runs. */
const builtText = ['f"...{$PART}..."', '"$TEXT" % $PART', '"$TEXT" + $PART', '"$TEXT".format(...)']

/** What bandit does not look for: how it finds the rest of Python's is said in docs/static-analysis.md. */
export const pythonRules: readonly OwnRule[] = [
  {
    id: "py-sql-built",
    languages: python,
    severity: "high",
    message: "An SQL statement is put together from parts, and executed.",
    cwe: 89,
    why: "Whoever has a say in a part reads and changes what the statement was not meant to reach.",
    mend: "Write placeholders into the statement and hand values over beside it.",
    match: {
      patterns: [
        {
          "pattern-either": ["execute", "executemany", "raw"].map((name) => ({
            pattern: `$DB.${name}($SQL, ...)`,
          })),
        },
        { "metavariable-regex": { metavariable: "$SQL", regex: sqlStatement } },
        {
          "metavariable-pattern": {
            metavariable: "$SQL",
            patterns: [
              {
                "pattern-either": [...builtText, '$LEFT + "$TEXT" + $PART'].map((pattern) => ({ pattern })),
              },
              { "pattern-not": '"..."' },
            ],
          },
        },
      ],
    },
  },
  {
    id: "py-jwt-verification-off",
    languages: python,
    severity: "high",
    message: "The signature of a token is not checked.",
    cwe: 347,
    why: "Anybody writes a token for any user.",
    mend: "Give jwt.decode the key and the algorithms, and leave verify_signature on.",
    match: {
      "pattern-either": [
        { pattern: 'jwt.decode(..., options={..., "verify_signature": False, ...}, ...)' },
        { pattern: "jwt.decode(..., verify=False, ...)" },
        { pattern: 'jwt.decode(..., algorithms=[..., "none", ...], ...)' },
      ],
    },
  },
  {
    id: "py-jwt-secret-in-code",
    languages: python,
    severity: "high",
    message: "The key that signs tokens stands in the code.",
    cwe: 798,
    why: "Whoever can read the repository, or an image made of it, signs tokens for any user.",
    mend: "Read it from a secret of the environment, and refuse to start without one.",
    match: {
      "pattern-either": [
        { pattern: 'jwt.encode($CLAIMS, "$KEY", ...)' },
        { pattern: 'jwt.encode($CLAIMS, key="$KEY", ...)' },
        { pattern: 'jwt.decode($TOKEN, "$KEY", ...)' },
      ],
    },
  },
  {
    id: "py-template-from-data",
    languages: python,
    severity: "high",
    message: "A template is made of text that is put together as the program runs.",
    cwe: 1336,
    why: "Whoever has a say in the text reads the program's configuration, and runs code.",
    mend: "Keep the template in a file and give it values by name.",
    // One that is read from a file is what templates are.
    match: {
      mode: "taint",
      "pattern-sources": [...requested, ...builtText].map((pattern) => ({ pattern })),
      "pattern-sinks": ["flask.render_template_string($TEXT, ...)", "jinja2.Template($TEXT, ...)"].map(
        (pattern) => ({ patterns: [{ pattern }, { "focus-metavariable": "$TEXT" }] }),
      ),
    },
  },
  {
    id: "py-path-from-request",
    languages: python,
    severity: "high",
    message: "A path comes from a request.",
    cwe: 22,
    why: "With `../` in it, it leads to any file that the program can read or write.",
    mend: "Look names up in a table; or use send_from_directory or secure_filename; or check that the resolved path is below the directory that it should be in.",
    match: {
      mode: "taint",
      "pattern-sources": requested.map((pattern) => ({ pattern })),
      "pattern-sanitizers": [
        { pattern: "werkzeug.utils.secure_filename(...)" },
        { pattern: "os.path.basename(...)" },
        { pattern: "int(...)" },
      ],
      "pattern-sinks": [
        { patterns: [{ pattern: "open($PATH, ...)" }, { "focus-metavariable": "$PATH" }] },
        { patterns: [{ pattern: "flask.send_file($PATH, ...)" }, { "focus-metavariable": "$PATH" }] },
        { patterns: [{ pattern: "os.remove($PATH)" }, { "focus-metavariable": "$PATH" }] },
        { patterns: [{ pattern: "pathlib.Path($PATH)" }, { "focus-metavariable": "$PATH" }] },
      ],
    },
  },
]
