/** A lock file of each further form that the gate gives to the scanner, as small as it may be. */
export const forms: Readonly<Record<string, string>> = {
  "Gemfile.lock":
    "GEM\n  remote: https://rubygems.org/\n  specs:\n    rack (2.0.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rack\n",
  "Pipfile.lock":
    '{"_meta":{},"default":{"requests":{"version":"==2.30.0"}},"develop":{"jinja2":{"version":"==3.1.2"}}}\n',
  "buildscript-gradle.lockfile": "org.apache.commons:commons-text:1.9=classpath\n",
  "bun.lock":
    '{\n "lockfileVersion": 1,\n "workspaces": {"": {"name":"a","dependencies":{"minimist":"1.2.5"}}},\n "packages": {"minimist": ["minimist@1.2.5", "", {}, "sha512-x"]}\n}\n',
  "composer.lock":
    '{"packages":[{"name":"a/b","version":"1.0.0"}],"packages-dev":[{"name":"c/d","version":"1.0.0"}]}\n',
  "gems.locked":
    "GEM\n  remote: https://rubygems.org/\n  specs:\n    rack (2.0.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rack\n",
  "mix.lock": '%{\n  "plug": {:hex, :plug, "1.11.1", "abc", [:mix], [], "hexpm", "def"},\n}\n',
  "packages.lock.json":
    '{"version":1,"dependencies":{"net6.0":{"Moment.js":{"type":"Direct","requested":"[2.29.0, )","resolved":"2.29.0","contentHash":"x"}}}}\n',
  "pdm.lock": '[[package]]\nname = "jinja2"\nversion = "3.1.2"\ngroups = ["dev"]\n',
  "pubspec.lock":
    'packages:\n  http:\n    dependency: "direct main"\n    source: hosted\n    version: "0.13.0"\n  test:\n    dependency: "direct dev"\n    source: hosted\n    version: "1.0.0"\n',
  "yarn.lock": '# yarn lockfile v1\n\nminimist@^1.2.0:\n  version "1.2.5"\n',
  "pnpm-lock.yaml":
    "lockfileVersion: '9.0'\n\npackages:\n\n  minimist@1.2.5:\n    resolution: {integrity: sha512-x}\n",
  "Cargo.lock":
    'version = 4\n\n[[package]]\nname = "time"\nversion = "0.1.43"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\n',
}
