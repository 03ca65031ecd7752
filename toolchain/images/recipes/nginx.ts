import { type ForeignSet, filesDirectory } from "../foreign/index.ts"
import type { Content, Recipe } from "../recipe.ts"
import { debianStepId } from "../rootfs/index.ts"
import { app, caBundle, donorSet, ground, searchPath } from "./common.ts"

/** How nginx is set up, whatever processor it is for. */
const settings: readonly Content[] = [
  { path: "etc/nginx/nginx.conf", copyOf: "toolchain/images/recipes/nginx/nginx.conf" },
  { path: "etc/nginx/conf.d/default.conf", copyOf: "toolchain/images/recipes/nginx/default.conf" },
  { path: "usr/share/nginx/html/index.html", copyOf: "toolchain/images/recipes/nginx/index.html" },
  // The compiled-in places for logs and temporary files; nginx opens them before it reads any configuration.
  { symlink: "var/log/nginx/error.log", target: "/dev/stderr" },
  { symlink: "var/log/nginx/access.log", target: "/dev/stdout" },
  { symlink: "var/lib/nginx", target: "/tmp" },
]

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
    ...settings,
  ],
  env: { PATH: searchPath },
  user: `${app.id}:${app.id}`,
  entrypoint: ["nginx", "-g", "daemon off;"],
  ports: [8080],
  stopSignal: "SIGQUIT",
}

export const nginxArm64Set: ForeignSet = {
  name: "nginx-arm64",
  architecture: "arm64",
  packages: ["base-files", "busybox", "ca-certificates", "nginx"],
  collect: {
    programs: ["/usr/sbin/nginx", "/usr/bin/busybox"],
    files: ["/etc/nginx/mime.types", "/etc/os-release", "/etc/debian_version"],
    packages: ["ca-certificates"],
  },
  as: { "usr/bin/busybox": "usr/bin/wget" },
}
const arm64Files = debianStepId(nginxArm64Set.name)

/** The same for another processor, of Debian's packages for that one. Nothing of it was ever run where it is made. */
export const nginxArm64: Recipe = {
  ...nginx,
  name: "nginx-arm64",
  architecture: "arm64",
  content: [
    { users: [app] },
    // Its package makes the bundle when it is installed, the same for every processor.
    { step: debianStepId(donorSet), file: `system${caBundle}`, to: caBundle.slice(1), mode: 0o644 },
    { directory: "tmp", mode: 0o1777 },
    { step: arm64Files, directory: filesDirectory, to: "" },
    ...settings,
  ],
}
