import { join } from "node:path"
import { findTool, imageAddress, type ToolboxFile } from "../../src/toolbox/index.ts"
import { writeFiles } from "./files.ts"

const install = "RUN npm ci --no-audit --no-fund"
const ignored = "node_modules\ndist\ncoverage\ntest\ne2e\nREADME.md\nDockerfile\n.dockerignore\n"

/** The components of the example, by how somebody builds them by hand. */
const dockerfiles = { backend: service, frontend: pages } as const
export type ComponentName = keyof typeof dockerfiles
export const componentNames: readonly ComponentName[] = ["backend", "frontend"]

/** What somebody writes who builds a component by hand, with the same images: two stages, manifest before sources. */
export function dockerfile(component: ComponentName, toolbox: ToolboxFile): string {
  return dockerfiles[component](toolbox)
}

/** Puts it into the component's directory, with what the build is not to see. */
export async function writeDockerfile(
  directory: string,
  component: ComponentName,
  toolbox: ToolboxFile,
): Promise<void> {
  await writeFiles({
    [join(directory, "Dockerfile")]: dockerfile(component, toolbox),
    [join(directory, ".dockerignore")]: ignored,
  })
}

function built(toolbox: ToolboxFile): string {
  return `FROM ${imageAddress(findTool(toolbox, "node"))} AS build
WORKDIR /app
COPY package.json package-lock.json ./
${install}
COPY . .
RUN npm run build
`
}

function service(toolbox: ToolboxFile): string {
  const slim = imageAddress(toolbox.tools.nodeSlim ?? findTool(toolbox, "node"))
  return `${built(toolbox)}
FROM ${imageAddress(findTool(toolbox, "node"))} AS production
WORKDIR /app
COPY package.json package-lock.json ./
${install} --omit=dev

FROM ${slim}
WORKDIR /app
ENV NODE_ENV=production
COPY --from=production /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
USER 1001:1001
ENTRYPOINT ["node", "dist/server.js"]
`
}

function pages(toolbox: ToolboxFile): string {
  return `${built(toolbox)}
FROM ${imageAddress(findTool(toolbox, "nginx"))}
COPY nginx.conf /etc/nginx/nginx.conf
COPY --from=build /app/dist /usr/share/nginx/html
USER 1001:1001
ENTRYPOINT ["nginx", "-g", "daemon off;"]
`
}
