import { type OwnRule, passwordName, script, sqlStatement } from "./rule.ts"

const childProcess = "^(?:node:)?child_process$"
/** How a module gets the functions of child_process: under their own names, or as `$CP`. */
const named = [
  'import { ..., $RUN, ... } from "$MODULE"\n...',
  'const { ..., $RUN, ... } = require("$MODULE")\n...',
]
const whole = [
  'import * as $CP from "$MODULE"\n...',
  'import $CP from "$MODULE"\n...',
  '$CP = require("$MODULE")\n...',
]
const template = `\`...\${$PART}...\``
const built = {
  "metavariable-pattern": {
    metavariable: "$COMMAND",
    patterns: [{ "pattern-either": [{ pattern: template }, { pattern: "$LEFT + $RIGHT" }] }],
  },
}
const ofChildProcess = { "metavariable-regex": { metavariable: "$MODULE", regex: childProcess } }
const runs = { "metavariable-regex": { metavariable: "$RUN", regex: "^(?:exec|execSync)$" } }
const requested = ["$REQUEST.query", "$REQUEST.params", "$REQUEST.body"].map((pattern) => ({
  patterns: [
    { pattern },
    { "metavariable-regex": { metavariable: "$REQUEST", regex: "^(?:req|request|ctx|ctx\\.request)$" } },
  ],
}))

const reading = ["readFile", "readFileSync", "createReadStream"]
const writing = ["writeFile", "writeFileSync", "createWriteStream", "unlink", "unlinkSync"]
const fileFunctions = [...reading, ...writing]

export const javascriptRules: readonly OwnRule[] = [
  {
    id: "js-eval-of-data",
    languages: script,
    severity: "high",
    message: "Text that is put together as the program runs is executed as code.",
    cwe: 95,
    why: "Whoever has a say in the text runs code with the rights of the program.",
    mend: "Parse data with JSON.parse; choose between functions by a table of names; do without code that is made of text.",
    match: {
      patterns: [
        {
          "pattern-either": [
            "eval($CODE)",
            "new Function(..., $CODE)",
            "Function(..., $CODE)",
            "vm.runInThisContext($CODE, ...)",
            "vm.runInNewContext($CODE, ...)",
          ].map((pattern) => ({ pattern })),
        },
        { "pattern-not": 'eval("...")' },
        { "pattern-not": 'new Function(..., "...")' },
        { "pattern-not": 'Function(..., "...")' },
        { "pattern-not": 'vm.runInThisContext("...", ...)' },
        { "pattern-not": 'vm.runInNewContext("...", ...)' },
      ],
    },
  },
  {
    id: "js-command-built",
    languages: script,
    severity: "high",
    message: "A command line for a shell is put together from parts.",
    cwe: 78,
    why: "A shell reads quotes, semicolons and dollar signs of every part: whoever has a say in one runs commands.",
    mend: "Use execFile or spawn with the program and a list of arguments, and without `shell: true`.",
    match: {
      "pattern-either": [
        {
          patterns: [
            { pattern: "$RUN($COMMAND, ...)" },
            { "pattern-either": named.map((pattern) => ({ "pattern-inside": pattern })) },
            ...[runs, ofChildProcess, built],
            { "pattern-not": '$RUN("...", ...)' },
          ],
        },
        {
          patterns: [
            { pattern: "$CP.$RUN($COMMAND, ...)" },
            { "pattern-either": whole.map((pattern) => ({ "pattern-inside": pattern })) },
            ...[runs, ofChildProcess, built],
            { "pattern-not": '$CP.$RUN("...", ...)' },
          ],
        },
      ],
    },
  },
  {
    id: "js-sql-built",
    languages: script,
    severity: "high",
    message: "An SQL statement is put together from parts.",
    cwe: 89,
    why: "Whoever has a say in a part reads and changes what the statement was not meant to reach.",
    mend: "Write placeholders into the statement and hand values over beside it.",
    match: {
      patterns: [
        { pattern: "$DB.$RUN($SQL, ...)" },
        {
          "metavariable-regex": {
            metavariable: "$RUN",
            regex: "^(?:query|execute|raw|\\$queryRawUnsafe|\\$executeRawUnsafe|unsafe)$",
          },
        },
        { "metavariable-regex": { metavariable: "$SQL", regex: sqlStatement } },
        {
          "metavariable-pattern": {
            metavariable: "$SQL",
            patterns: [{ "pattern-either": [{ pattern: template }, { pattern: "$LEFT + $RIGHT" }] }],
          },
        },
        { "pattern-not": '$DB.$RUN("...", ...)' },
      ],
    },
  },
  {
    id: "js-tls-verification-off",
    languages: script,
    severity: "high",
    message: "The certificate of the other side of a TLS connection is not checked.",
    cwe: 295,
    why: "Anybody on the way can answer in the name of the server, and read and change what is sent.",
    mend: "Give the authority that signed the certificate: `ca`, or NODE_EXTRA_CA_CERTS.",
    match: {
      "pattern-either": [
        { pattern: "({ ..., rejectUnauthorized: false, ... })" },
        { pattern: "$TLS.rejectUnauthorized = false" },
        { pattern: 'process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"' },
        { pattern: 'process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0"' },
        { pattern: "process.env.NODE_TLS_REJECT_UNAUTHORIZED = 0" },
      ],
    },
  },
  {
    id: "js-weak-password-hash",
    languages: script,
    severity: "high",
    message: "A password is hashed with MD5 or SHA-1.",
    cwe: 916,
    why: "These are made to be fast: whoever gets the hashes tries billions of passwords a second.",
    mend: "Use scrypt of node:crypto, Argon2 or bcrypt, with a salt of its own for each password.",
    match: {
      patterns: [
        { pattern: '$CRYPTO.createHash("$KIND").update($TEXT, ...)' },
        { "metavariable-regex": { metavariable: "$KIND", regex: "(?i)^(?:md5|sha-?1)$" } },
        { "metavariable-regex": { metavariable: "$TEXT", regex: passwordName } },
      ],
    },
  },
  {
    id: "js-jwt-secret-in-code",
    languages: script,
    severity: "high",
    message: "The key that signs tokens stands in the code.",
    cwe: 798,
    why: "Whoever can read the repository, or an image made of it, signs tokens for any user.",
    mend: "Read it from a secret of the environment, and refuse to start without one.",
    match: {
      patterns: [
        {
          "pattern-either": [
            { pattern: '$JWT.sign($CLAIMS, "$KEY", ...)' },
            { pattern: '$JWT.verify($TOKEN, "$KEY", ...)' },
          ],
        },
        { "metavariable-regex": { metavariable: "$JWT", regex: "^(?:jwt|JWT|jsonwebtoken)$" } },
      ],
    },
  },
  {
    id: "js-jwt-none",
    languages: script,
    severity: "high",
    message: "Tokens without a signature are accepted or made.",
    cwe: 347,
    why: "With the algorithm `none` anybody writes a token for any user.",
    mend: "Name the algorithms that your keys are for, and no other.",
    match: {
      "pattern-either": [
        { pattern: '({ ..., algorithms: [..., "none", ...], ... })' },
        { pattern: '$JWT.sign($CLAIMS, $KEY, { ..., algorithm: "none", ... }, ...)' },
      ],
    },
  },
  {
    id: "js-path-from-request",
    languages: script,
    severity: "high",
    message: "A path comes from a request.",
    cwe: 22,
    why: "With `../` in it, it leads to any file that the program can read or write.",
    mend: "Look names up in a table; or take path.basename of it, or resolve it and check that it is below the directory that it should be in.",
    match: {
      mode: "taint",
      "pattern-sources": requested,
      "pattern-sanitizers": [
        { pattern: "path.basename(...)" },
        { pattern: "basename(...)" },
        { pattern: "parseInt(...)" },
        { pattern: "Number(...)" },
      ],
      "pattern-sinks": [
        {
          patterns: [
            {
              "pattern-either": fileFunctions.flatMap((name) => [
                { pattern: `$FS.${name}($PATH, ...)` },
                { pattern: `${name}($PATH, ...)` },
              ]),
            },
            { "focus-metavariable": "$PATH" },
          ],
        },
        { patterns: [{ pattern: "$RESPONSE.sendFile($PATH, ...)" }, { "focus-metavariable": "$PATH" }] },
      ],
    },
  },
  {
    id: "js-redirect-from-request",
    languages: script,
    severity: "medium",
    message: "A redirect goes to where a request says.",
    cwe: 601,
    why: "A link to your site then leads to somebody else's, which looks like yours.",
    mend: "Redirect to a path of your own, or to an address that is on a list.",
    match: {
      mode: "taint",
      "pattern-sources": requested,
      "pattern-sinks": [
        { patterns: [{ pattern: "$RESPONSE.redirect(..., $PLACE)" }, { "focus-metavariable": "$PLACE" }] },
      ],
    },
  },
]
