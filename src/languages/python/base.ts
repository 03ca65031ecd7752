import { type Container, dag } from "@dagger.io/dagger"
import { cacheName, toolContainer, withVariables } from "../../toolbox/index.ts"
import { withSecretFiles } from "../secret-files.ts"
import { venv } from "./places.ts"
import type { Request } from "./project.ts"

/** Where Debian's certificate authorities are, with those that the toolbox's image adds. */
const authorities = "/etc/ssl/certs/ca-certificates.crt"

/** Ids of build secrets: pip's own settings, with the addresses of private indexes, and logins by host for all three. */
const pipSettings = { id: "pipconf", file: "/run/signalbox/pip.conf", variable: "PIP_CONFIG_FILE" } as const
const logins = { id: "netrc", file: "/run/signalbox/netrc", variable: "NETRC" } as const

const downloads = "/root/.cache"

/**
 * Settings of the three managers. They ask nobody, and trust the authorities of the image: pip and Poetry bring a list of
 * their own. Debug information of native packages would name the directory that each was built in.
 */
const environment = {
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
  PIP_NO_INPUT: "1",
  PIP_ROOT_USER_ACTION: "ignore",
  UV_CACHE_DIR: `${downloads}/uv`,
  UV_LINK_MODE: "copy",
  UV_NO_PROGRESS: "1",
  UV_PROJECT_ENVIRONMENT: venv,
  UV_PYTHON_DOWNLOADS: "never",
  POETRY_NO_INTERACTION: "1",
  POETRY_CACHE_DIR: `${downloads}/pypoetry`,
  VIRTUAL_ENV: venv,
  PYTHONDONTWRITEBYTECODE: "1",
  PYTHONHASHSEED: "0",
  SOURCE_DATE_EPOCH: "315532800",
  CFLAGS: "-g0",
} as const

/** Only while packages are installed: neither checks nor the project's own programs should see them. */
const installOnly = ["SOURCE_DATE_EPOCH", "CFLAGS", "PYTHONHASHSEED"] as const

/** Python with a compiler, and an environment without packages. */
export async function emptyEnvironment({ toolbox }: Pick<Request, "toolbox">): Promise<Container> {
  const base = toolContainer(toolbox, "python").withUser("0:0").withoutEntrypoint()
  const trusted = (await base.exists(authorities))
    ? { PIP_CERT: authorities, REQUESTS_CA_BUNDLE: authorities, SSL_CERT_FILE: authorities }
    : {}
  const container = withVariables(base, { ...environment, ...trusted })
  return container.withExec(["python3", "-m", "venv", "--without-pip", venv])
}

export function withoutInstallOnly(container: Container): Container {
  return installOnly.reduce((one, name) => one.withoutEnvVariable(name), container)
}

/**
 * Runs a part of an installation with the downloads of this level of trust, and the build secrets `pipconf` and `netrc` in
 * memory: their values are in no layer and no cache key.
 */
export async function withDownloads(
  { trust, secrets }: Pick<Request, "trust" | "secrets">,
  container: Container,
  install: (container: Container) => Container,
): Promise<Container> {
  const cached = container.withMountedCache(downloads, dag.cacheVolume(cacheName("python", trust)))
  return (await withSecretFiles(secrets, [pipSettings, logins], cached, install)).withoutMount(downloads)
}
