import { dirname } from "node:path"
import ts from "typescript"
import { IntrospectionError } from "../../../node_modules/@dagger.io/dagger/dist/src/common/errors/IntrospectionError.js"
import { convertToPascalCase } from "../../../node_modules/@dagger.io/dagger/dist/src/module/introspector/case_convertor.js"
import { DaggerModule } from "../../../node_modules/@dagger.io/dagger/dist/src/module/introspector/dagger_module/module.js"
import { AST } from "../../../node_modules/@dagger.io/dagger/dist/src/module/introspector/typescript_module/ast.js"
import { describeIntrospection, ModuleProblem } from "./problem.ts"
import { resolveSource } from "./sources.ts"

export interface Scanned {
  readonly module: DaggerModule
  /** Absolute path of the file that declares an object class, by the class's name. */
  readonly classes: ReadonlyMap<string, string>
}

/**
 * Runs the official introspector over the sources of a module that decide its schema.
 * @param root directory of the module
 * @param files from `schemaSources`
 * @param client declarations of the generated client, named client.gen.ts
 * @throws ModuleProblem when the module declares something that the engine cannot know
 */
export function scanModule(name: string, root: string, files: readonly string[], client: string): Scanned {
  try {
    const ast = parse([...files, client], client)
    const module = new DaggerModule(convertToPascalCase(name), [], ast)
    const classes = new Map<string, string>()
    for (const object of Object.values(module.objects)) {
      const found = ast.findResolvedNodeByName(object.name, ts.SyntaxKind.ClassDeclaration)
      if (object.kind() === "class" && found) classes.set(object.name, found.file.fileName)
    }
    return { module, classes }
  } catch (error) {
    if (error instanceof IntrospectionError)
      throw new ModuleProblem(describeIntrospection(error.message, root))
    throw error
  }
}

/**
 * The introspector's view of `files`, over a program that sees only these and the language's declarations. The
 * official constructor makes a program with the default host, which parses every imported package and the browser's
 * types as well: 2.3 MB of text that cannot change a schema.
 */
function parse(files: string[], client: string): AST {
  const options: ts.CompilerOptions = {
    experimentalDecorators: true,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    types: [],
  }
  const host = ts.createCompilerHost(options)
  const library = dirname(ts.getDefaultLibFilePath(options))
  host.getDefaultLibLocation = () => library
  const known = new Set(files)
  host.resolveModuleNameLiterals = (literals, containing) =>
    literals.map(({ text }) => ({ resolvedModule: resolve(text, containing, known, client) }))
  const program = ts.createProgram(files, options, host)
  const fields: Pick<AST, "checker"> & Record<"files" | "userModule" | "sourceFiles", unknown> = {
    files,
    userModule: [],
    checker: program.getTypeChecker(),
    sourceFiles: program.getSourceFiles().filter((file) => !file.isDeclarationFile),
  }
  return Object.assign(Object.create(AST.prototype), fields)
}

function resolve(
  specifier: string,
  containing: string,
  files: ReadonlySet<string>,
  client: string,
): ts.ResolvedModuleFull | undefined {
  const file = specifier === "@dagger.io/dagger" ? client : resolveSource(containing, specifier, files)
  return file === undefined ? undefined : { resolvedFileName: file, extension: ts.Extension.Ts }
}
