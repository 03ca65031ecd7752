import { type Rules, refusesNothing } from "../rule.ts"

const readOn = "docs/dynamic-analysis.md"
const header =
  "It is set in one place for all answers: in the framework, in the server in front, or in the proxy of the cluster."

export const rules: Rules = {
  "content-security-policy-missing": {
    what: "A page of HTML comes without a Content-Security-Policy, in a header or in the page itself.",
    why: "Where somebody manages to put a script into a page, nothing keeps the browser from running it and sending away what it reads.",
    mend: `Send a policy that names where scripts come from, first as Content-Security-Policy-Report-Only to see what it would stop. ${header}`,
    readOn,
  },
  "content-security-policy-loose": {
    what: "The Content-Security-Policy of a page allows scripts of any origin, or any script within the page.",
    why: "A policy that lets every script run stops none that was put there by somebody else.",
    mend: "Name the origins of scripts; give those within the page a nonce or a hash instead of 'unsafe-inline'.",
    readOn,
  },
  "content-type-options-missing": {
    what: "An answer comes without X-Content-Type-Options: nosniff.",
    why: "Browsers may guess that a file is a script or a page although its type says otherwise: then what a visitor has uploaded runs.",
    mend: `Send the header with every answer. ${header}`,
    readOn,
  },
  "frame-protection-missing": {
    what: "Any site may show this page in a frame: it has neither frame-ancestors in a Content-Security-Policy nor X-Frame-Options: DENY or SAMEORIGIN.",
    why: "Another site can lay it under its own page and have visitors click in it without knowing.",
    mend: `Send frame-ancestors 'none' or 'self'. A policy in the page itself cannot say it. ${header}`,
    readOn,
  },
  "referrer-policy-missing": {
    what: "A page comes without a Referrer-Policy, or with one that tells whole addresses to everybody.",
    why: "The address of a page may say who looks at what; browsers tell it to the sites that the page links to.",
    mend: `Send Referrer-Policy: strict-origin-when-cross-origin, or no-referrer. ${header}`,
    readOn,
  },
  "version-disclosed": {
    what: "A header tells which program answers, with its version or its name: Server, X-Powered-By and the like.",
    why: "Whoever knows a fault of that version finds all that run it.",
    mend: "Leave the header out: server_tokens off in nginx, app.disable('x-powered-by') in Express, --no-server-header of Uvicorn.",
    readOn,
  },
  "cookie-not-http-only": {
    what: "A cookie is set without HttpOnly. Cookies that scripts have to read, by the names that frameworks give them (XSRF-TOKEN, csrftoken), are none.",
    why: "A script that somebody put into a page can read it, and sign in as the visitor.",
    mend: "Set it with HttpOnly.",
    readOn,
  },
  "cookie-not-secure": {
    what: "A cookie is set without Secure, although the request said that it had come over TLS (X-Forwarded-Proto: https).",
    why: "Browsers send it without TLS, too, where anybody on the way can read it.",
    mend: "Set it with Secure. A framework that does so over TLS alone has to be told to trust its proxy.",
    readOn,
  },
  "cookie-same-site": {
    what: "A cookie is set without SameSite.",
    why: "Browsers differ in which requests of other sites they send it with; then those act as the visitor.",
    mend: "Set it with SameSite=Lax, or Strict.",
    readOn,
  },
  "cors-any-origin": {
    what: "An answer repeats the Origin of a request as allowed, with credentials, whatever it is; or it allows the origin null.",
    why: "Any site can read, in the name of whoever is signed in, what this address answers.",
    mend: "Compare the origin with a list of known ones, whole, before it is repeated. Never allow null: any page can have it.",
    readOn,
  },
  "directory-listing": {
    what: "A directory is answered with the list of its files.",
    why: "It shows files that no page links to: copies, exports, settings.",
    mend: "Switch listings off, or put an index file there.",
    readOn,
  },
  "dot-file-served": {
    what: "A file that belongs to no visitor is served: .env, .git, .npmrc, .htpasswd, .svn, .DS_Store. It is known by what it contains; an application that answers every path with its start page serves none.",
    why: "They hold passwords, tokens, and the way to the sources.",
    mend: "Keep it out of the image and out of what is served. Whatever secret it had is known: change it.",
    readOn,
  },
  "source-map-served": {
    what: "The source map of a script is served; of medium severity where it has the sources themselves.",
    why: "It shows the code as it was written, with comments and names.",
    mend: "Build without source maps, or upload them to where errors are collected and leave them out of the image.",
    waive: "Accepted risk where the sources are public anyway.",
    readOn,
  },
  "stack-trace": {
    what: "An answer to a request that failed has a stack trace in it.",
    why: "It tells files, libraries and their versions to whoever looks for a fault, and sometimes values.",
    mend: "Answer with a sentence and an id, log the trace. NODE_ENV=production, DEBUG = False, server.error.include-stacktrace=never.",
    readOn,
  },
  "debug-page": {
    what: "The application runs in its debug mode: it answers errors with a page for developers.",
    why: "Such pages show settings and variables; that of Werkzeug runs code.",
    mend: "Switch the debug mode off in the image: it must not depend on a variable that somebody can forget.",
    readOn,
  },
  "debug-endpoint": {
    what: "An address for operators is there for everybody: profiles of Go, the environment of Spring, the status of Apache, consoles of Werkzeug and H2.",
    why: "It shows or changes what runs.",
    mend: "Switch it off, or have it listen on a port of its own that no Service and no Ingress leads to.",
    readOn,
  },
  "server-error": {
    what: "An address is answered with 5xx: one that the pages themselves link to (medium), or one that a request named which is none (low).",
    why: "It is a fault that any visitor can bring about; what it does besides, nobody knows.",
    mend: "Find the cause in its log; answer requests that cannot be served with 4xx.",
    readOn,
  },
  "trace-enabled": {
    what: "The method TRACE gives back what was sent, headers included.",
    why: "What a script may not read, such as cookies with HttpOnly, stands in the answer.",
    mend: "Refuse the method.",
    readOn,
  },
  "open-redirect": {
    what: "A page leads to another host where a parameter says so.",
    why: "A link to your own site leads to a page that looks like it and asks for the password.",
    mend: "Take nothing but paths of your own. Parse the address first and compare its host: //host and /\\host are addresses, too.",
    readOn,
  },
  "mixed-content": {
    what: "A page loads something, or sends a form, over http.",
    why: "Anybody on the way can change what is loaded and read what is sent; behind TLS, browsers refuse it.",
    mend: "Name it by https, or by its path alone.",
    readOn,
  },
  "not-looked-at": {
    what: "Pages beyond gates.dynamic-analysis.follow, what is behind a redirect to another host or a page that asks who it is, a link that does not end within 10 s, or a content beyond its first megabyte.",
    why: "What nobody has looked at is not clean; it is named, so that nobody takes it for judged.",
    mend: "Raise follow, or name the paths that matter; otherwise nothing has to be done.",
    waive: refusesNothing,
    readOn,
  },
}
