import { type Checked, checkDocument, resultOf } from "../config/document.ts"
import { type ToolboxFile, toolboxSchema } from "./schema.ts"

/** Reads and checks the text of a toolbox file; `file` is how errors call it. Never throws. */
export function checkToolbox(text: string, file: string): Checked<ToolboxFile> {
  return checkDocument(text, file, toolboxSchema)
}

/** @throws CONFIG_INVALID with every problem in the text. */
export function parseToolbox(text: string, file: string): ToolboxFile {
  return resultOf(checkToolbox(text, file))
}
