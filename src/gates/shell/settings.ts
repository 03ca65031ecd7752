export {
  linterSettings as shellSettings,
  stricterLinter as stricterShell,
} from "../engine/tree-tool/settings.ts"
