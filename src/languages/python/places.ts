import { workdir } from "../language.ts"

/** Where packages are installed: outside of the component, and at one place in builds, checks and images. */
export const venv = "/opt/venv"
export const venvPython = `${venv}/bin/python`

/**
 * Where the files are that packages are installed from: apart from the program, because a directory that was taken away from
 * a container and is put there again has its former files in every copy of it (Dagger 0.21.7).
 */
export const installPlace = "/signalbox/install"

/** Where modules of a component are looked for that lies in a directory. */
export const modulePathIn = (directory: string): string => [`${directory}/src`, directory].join(":")

/** The same in an image. */
export const modulePath = modulePathIn(workdir)
