import { workdir } from "../language.ts"

/** Where packages are installed: outside of the component, and at one place in builds, checks and images. */
export const venv = "/opt/venv"
export const venvPython = `${venv}/bin/python`

/** Where modules of the component are looked for. */
export const modulePath = [`${workdir}/src`, workdir].join(":")
