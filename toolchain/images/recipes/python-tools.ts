import { toolStepId } from "../../tools/index.ts"
import { versions } from "../../versions.ts"
import type { Recipe } from "../recipe.ts"
import { searchPath } from "./common.ts"
import { pythonSlim, pythonSlimSet } from "./python.ts"

type About = Pick<Recipe, "name" | "version" | "description" | "source" | "licenses">

/** A tool that is Python packages, on the Python that they are for. @param programs by name, the module with their `main` */
function pythonTool(
  about: About,
  programs: Readonly<Record<string, string>>,
  more: Recipe["content"] = [],
): Recipe {
  const home = `opt/${about.name}`
  return {
    ...about,
    base: pythonSlim.name,
    content: [
      ...more,
      { step: toolStepId(about.name), directory: "site", to: home },
      ...Object.entries(programs).map(([name, module]) => ({
        path: `usr/local/bin/${name}`,
        text: `#!/usr/bin/python3\nimport sys\n\nfrom ${module} import main\n\nsys.exit(main())\n`,
        mode: 0o755,
      })),
    ],
    env: { PATH: searchPath, HOME: "/tmp", PYTHONPATH: `/${home}`, PYTHONDONTWRITEBYTECODE: "1" },
    user: "65532:65532",
    entrypoint: [`/usr/local/bin/${about.name}`],
    workingDirectory: "/tmp",
    compression: 1,
  }
}

export const semgrep = pythonTool(
  {
    name: "semgrep",
    version: versions.semgrep,
    description: "Judges code by rules",
    source: "https://github.com/semgrep/semgrep",
    licenses: "LGPL-2.1-or-later",
  },
  // The first starts the compiled part, which starts the second again, and asks uname what system it runs on.
  { semgrep: "semgrep.console_scripts.entrypoint", pysemgrep: "semgrep.console_scripts.pysemgrep" },
  [{ from: pythonSlimSet.name, collect: { programs: ["/bin/uname"] } }],
)

export const bandit = pythonTool(
  {
    name: "bandit",
    version: versions.bandit,
    description: "Judges code in Python",
    source: "https://github.com/PyCQA/bandit",
    licenses: "Apache-2.0",
  },
  { bandit: "bandit.cli.main" },
)
