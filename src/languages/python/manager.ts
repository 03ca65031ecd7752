import { SignalboxError } from "../../domain/index.ts"

/** What installs a component's packages, told by its lock file. */
export type Manager = "pip" | "uv" | "poetry"

export const uvLockFile = "uv.lock"
export const poetryLockFile = "poetry.lock"

/** Lock files of package managers that are not supported. */
const others = ["Pipfile.lock", "pdm.lock", "pixi.lock", "conda-lock.yml", "environment.yml"] as const

/** Whether packages are installed by a file, or directory, of this name. */
export const isLock = (name: string): boolean =>
  name === uvLockFile || name === poetryLockFile || /^requirements(?:.*\.txt|\/)$/.test(name)

interface About {
  /** The component's name and directory. */
  readonly name: string
  readonly path: string
  /** Its requirement file, where signalbox.yaml names one. */
  readonly requirements?: string | undefined
}

/**
 * @param names of the files and directories directly in the component's directory.
 * @throws CONFIG_INVALID where there is no lock file, or one of two managers.
 */
export function managerOf(names: readonly string[], { name, path, requirements }: About): Manager {
  if (requirements !== undefined) return "pip"
  const found = [uvLockFile, poetryLockFile].filter((file) => names.includes(file))
  const [first, second] = found
  if (second !== undefined)
    throw new SignalboxError("CONFIG_INVALID", {
      what: `${path} has two lock files: ${found.join(" and ")}`,
      where: `signalbox.yaml: components.${name}.path`,
      why: "nothing tells which of them the image is made of",
      next: "remove the one that is no longer kept, or name a requirement file: requirements",
    })
  if (first !== undefined) return first === uvLockFile ? "uv" : "poetry"
  if (names.some(isLock)) return "pip"
  throw noLockFile(names, name, path)
}

function noLockFile(names: readonly string[], name: string, path: string): SignalboxError {
  const present = others.filter((file) => names.includes(file))
  const unlocked = names.includes("pyproject.toml")
  return new SignalboxError("CONFIG_INVALID", {
    what: `${path} has no lock file of pip, uv or Poetry: requirements.txt, ${uvLockFile} or ${poetryLockFile}`,
    where: `signalbox.yaml: components.${name}.path`,
    ...(present.length > 0
      ? {
          why: `there is ${present.join(", ")}, which is of none of them`,
          next: "export a requirements.txt with exact versions, or build the component by its own Dockerfile: language: dockerfile",
        }
      : {
          ...(unlocked ? { why: "pyproject.toml alone says what may be installed, not what is" } : {}),
          next: unlocked
            ? "lock, and commit the file: uv lock, poetry lock, or pip-compile pyproject.toml -o requirements.txt"
            : "correct the path, or commit the lock file: an image is made of exactly what it names",
        }),
  })
}

/** The requirement files that a component's image may be made of, the first that exists. */
export function requirementFiles(variant: string): readonly string[] {
  const own = [`requirements-${variant}.txt`, `requirements/${variant}.txt`]
  // What the image of one variant has must not be what that of the other has.
  if (variant !== "cpu") return own
  return [
    ...own,
    "requirements.txt",
    "requirements/production.txt",
    "requirements/prod.txt",
    "requirements/base.txt",
  ]
}

/** The usual names of what checks need besides. */
export const developmentFiles: readonly string[] = [
  ...["requirements-dev.txt", "requirements_dev.txt", "dev-requirements.txt", "requirements/dev.txt"],
  ...["requirements-test.txt", "requirements_test.txt", "test-requirements.txt", "requirements/test.txt"],
  ...["requirements/local.txt", "requirements/development.txt"],
]

/** Groups and extras that are for development, by their usual names. */
export function isDevelopment(name: string): boolean {
  return /^(?:dev|development|test|tests|testing|lint|linting|typing|types|check|checks|ci)$/.test(name)
}
