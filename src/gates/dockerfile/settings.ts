export {
  linterSettings as dockerfileSettings,
  stricterLinter as stricterDockerfile,
} from "../engine/tree-tool/settings.ts"
