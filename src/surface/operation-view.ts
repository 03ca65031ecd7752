import { type Directory, func, object } from "@dagger.io/dagger"

/** What one operation on an environment did and learned; also of one that failed. */
@object()
export class OperationView {
  /** Id of the operation. */
  @func()
  operation: string

  /** Hash of the plan that it carried out; empty where it had none. */
  @func()
  hash: string

  files: Directory

  constructor(operation: string, hash: string, files: Directory) {
    this.operation = operation
    this.hash = hash
    this.files = files
  }

  /** The operation's report: steps, outcome, first cause, what ran before and after. */
  @func()
  async json(): Promise<string> {
    return this.text("operation.json")
  }

  /** For people and for a CI server's job summary. */
  @func()
  async markdown(): Promise<string> {
    return this.text("report.md")
  }

  /** One self-contained page. */
  @func()
  async html(): Promise<string> {
    return this.text("report.html")
  }

  /** Its steps and tests as JUnit XML. */
  @func()
  async junit(): Promise<string> {
    return this.text("junit.xml")
  }

  /** Everything that it kept: all of the above, plan, journal, smoke and load results, the diagnosis of a failure. */
  @func()
  reports(): Directory {
    return this.files
  }

  private text(name: string): Promise<string> {
    return this.files.file(name).contents()
  }
}
