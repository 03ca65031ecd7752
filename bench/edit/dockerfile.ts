import { findTool, imageAddress, type ToolboxFile } from "../../src/toolbox/index.ts"

/** What somebody writes who builds the same service by hand, with the same images: two stages, manifest before sources. */
export function dockerfile(toolbox: ToolboxFile): { Dockerfile: string; dockerignore: string } {
  const node = imageAddress(findTool(toolbox, "node"))
  const slim = imageAddress(toolbox.tools.nodeSlim ?? findTool(toolbox, "node"))
  const install = "RUN npm ci --no-audit --no-fund"
  return {
    Dockerfile: `FROM ${node} AS build
WORKDIR /app
COPY package.json package-lock.json ./
${install}
COPY . .
RUN npm run build

FROM ${node} AS production
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
`,
    dockerignore: "node_modules\ndist\ncoverage\ntest\nREADME.md\nDockerfile\n.dockerignore\n",
  }
}
