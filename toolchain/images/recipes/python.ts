import { versions } from "../../versions.ts"
import { pythonLibrary } from "../python.ts"
import type { Recipe } from "../recipe.ts"
import type { DebianSet } from "../rootfs/index.ts"
import { app, caBundle, ground, searchPath } from "./common.ts"

/** Python with what installs and compiles packages; git, because packages may be commits. */
export const pythonSet: DebianSet = {
  name: "python",
  packages: [
    ...["python3", "python3-dev", "python3-pip", "python3-venv"],
    ...["gcc", "g++", "make", "pkg-config", "libffi-dev", "libssl-dev", "git"],
  ],
}

/** What the standard library consists of on Debian, the parts that its own image of Python has, and time zones. */
export const pythonSlimSet: DebianSet = {
  name: "python-slim",
  packages: ["python3", "python3-distutils", "python3-lib2to3", "tzdata", "libstdc++6"],
}

const about = {
  version: versions.python,
  source: "https://www.python.org",
  licenses: "PSF-2.0 AND LicenseRef-Debian",
}

/** pip and Poetry bring a list of authorities of their own, unless told of the system's. */
const environment = { PATH: searchPath, PYTHON_VERSION: versions.python, PIP_CERT: caBundle }

/** Installs, builds and checks components in Python. */
export const python: Recipe = {
  name: "python",
  ...about,
  description: "Python with pip, venv and a compiler on Debian",
  content: [
    { debian: pythonSet.name },
    { addUsers: [app], to: pythonSet.name },
    { directory: "home/app", mode: 0o755, owner: app.id },
    { symlink: "usr/local/bin/python", target: "/usr/bin/python3.11" },
  ],
  env: environment,
  command: ["python3"],
  compression: 1,
}

/** Libraries that modules of the standard library are linked to, and those that wheels expect of any system. */
const libraries = [
  ...[
    "libc6",
    "libgcc-s1",
    "libstdc++6",
    "zlib1g",
    "libexpat1",
    "libssl3",
    "libffi8",
    "libbz2-1.0",
    "liblzma5",
  ],
  ...["libsqlite3-0", "libdb5.3", "libncursesw6", "libtinfo6", "libreadline8", "libuuid1", "libcrypt1"],
  ...["libnsl2", "libtirpc3", "libgssapi-krb5-2", "libkrb5-3", "libk5crypto3", "libkrb5support0"],
  ...["libcom-err2", "libkeyutils1"],
]

/** What components in Python run on: no shell, no pip, no compiler. */
export const pythonSlim: Recipe = {
  name: "python-slim",
  ...about,
  description: "Python with its standard library and the libraries that it is linked to, and nothing else",
  content: [
    ...ground([app]),
    {
      from: pythonSlimSet.name,
      collect: {
        programs: ["/usr/bin/python3.11"],
        files: ["/usr/bin/python3", "/usr/share/zoneinfo", "/etc/mime.types"],
        libraries,
        packages: ["libpython3.11-minimal", "libpython3.11-stdlib", "python3-distutils", "python3-lib2to3"],
      },
    },
    { step: pythonLibrary.id, directory: "python3.11", to: "usr/lib/python3.11" },
    { directory: "home/app", mode: 0o755, owner: app.id },
  ],
  env: { PATH: searchPath, PYTHON_VERSION: versions.python, HOME: app.home },
  user: `${app.id}:${app.id}`,
  workingDirectory: app.home,
  command: ["python3"],
}
