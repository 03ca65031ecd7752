/**
 * What a package of `dependencies` or `devDependencies` tells of a component. A framework that is recognised is one row;
 * the first row that fits decides.
 */
export interface Framework {
  /** The package. What a service needs is one of its `dependencies`; what builds files, of `devDependencies` as well. */
  readonly has: string
  readonly kind: "service" | "static"
  /** A file beside package.json without which the package is there for something else, such as tests. */
  readonly beside?: string
  /** Of static files: where the build writes them, unless `settings` say otherwise. */
  readonly output?: string
  /** Of static files: where a file of settings may name another directory, as a literal. */
  readonly settings?: { readonly files: RegExp; readonly names: RegExp }
  /** Of a service: what its build writes, where no script says how it is started. */
  readonly entry?: string
  /** Why components of it are not built. */
  readonly notBuilt?: string
}

const viteSettings = {
  files: /^vite\.config\.[cm]?[jt]s$/,
  names: /\boutDir\s*:\s*["'`]([\w./-]+)["'`]/,
}

export const frameworks: readonly Framework[] = [
  // How it is built, its settings say: detect-next.ts.
  { has: "next", kind: "service" },
  {
    has: "nuxt",
    kind: "service",
    entry: ".output/server/index.mjs",
    notBuilt: "Nuxt writes its packages beside its program: build it by a Dockerfile",
  },
  { has: "@nestjs/core", kind: "service", entry: "dist/main.js" },
  ...[
    ...["express", "fastify", "koa", "@hapi/hapi", "restify", "polka", "hono", "@hono/node-server"],
    ...["apollo-server", "@apollo/server", "socket.io", "@feathersjs/feathers", "@adonisjs/core"],
  ].map((has) => ({ has, kind: "service" as const })),
  { has: "react-scripts", kind: "static", output: "build" },
  {
    has: "@angular/core",
    kind: "static",
    notBuilt: "where Angular writes its files, angular.json alone says",
  },
  { has: "@vue/cli-service", kind: "static", output: "dist" },
  { has: "gatsby", kind: "static", output: "public" },
  { has: "@docusaurus/core", kind: "static", output: "build" },
  { has: "vitepress", kind: "static", output: ".vitepress/dist" },
  { has: "astro", kind: "static", output: "dist" },
  { has: "@11ty/eleventy", kind: "static", output: "_site" },
  { has: "@sveltejs/adapter-static", kind: "static", output: "build" },
  { has: "@sveltejs/adapter-node", kind: "service", entry: "build/index.js" },
  { has: "parcel", kind: "static", output: "dist", beside: "index.html" },
  { has: "vite", kind: "static", output: "dist", beside: "index.html", settings: viteSettings },
]

/** Files that are a service's program by their names, where nothing else says it; also below `src/`. */
export const usualEntries: readonly string[] = ["server", "app", "main", "index"].flatMap((name) => [
  `${name}.js`,
  `${name}.mjs`,
  `${name}.cjs`,
  `src/${name}.js`,
  `src/${name}.mjs`,
])

/** Scripts that start a service, the one for production first. */
export const startScripts: readonly string[] = ["start:prod", "start:production", "serve:prod", "start"]

/** Scripts that build, the usual name first. */
export const buildScripts: readonly string[] = ["build", "build:prod", "compile", "tsc"]
