import type { Recipe } from "../recipe.ts"
import { app, donorSet, ground, searchPath } from "./common.ts"

/** Serves static files as user 1001; writes below /tmp only, so the root file system can be read-only. */
export const nginx: Recipe = {
  name: "nginx",
  version: "1.22.1",
  description: "nginx with the libraries that it is linked to, wget for its health check, and nothing else",
  source: "https://nginx.org",
  licenses: "BSD-2-Clause AND GPL-2.0-only",
  content: [
    ...ground([app]),
    { from: donorSet, collect: { programs: ["/usr/sbin/nginx"], files: ["/etc/nginx/mime.types"] } },
    // busybox by this one name: a health check needs somebody who asks, and nginx only answers.
    {
      from: donorSet,
      collect: { programs: ["/bin/busybox"] },
      as: { "usr/bin/busybox": "usr/bin/wget" },
    },
    { path: "etc/nginx/nginx.conf", copyOf: "toolchain/images/recipes/nginx/nginx.conf" },
    { path: "etc/nginx/conf.d/default.conf", copyOf: "toolchain/images/recipes/nginx/default.conf" },
    { path: "usr/share/nginx/html/index.html", copyOf: "toolchain/images/recipes/nginx/index.html" },
    // The compiled-in places for logs and temporary files; nginx opens them before it reads any configuration.
    { symlink: "var/log/nginx/error.log", target: "/dev/stderr" },
    { symlink: "var/log/nginx/access.log", target: "/dev/stdout" },
    { symlink: "var/lib/nginx", target: "/tmp" },
  ],
  env: { PATH: searchPath },
  user: `${app.id}:${app.id}`,
  entrypoint: ["nginx", "-g", "daemon off;"],
  ports: [8080],
  stopSignal: "SIGQUIT",
}
