/**
 * The files of a component's directory that an image is built from: its source, without what these lists name. README.md
 * has them. Everything else may change the result, whatever its name.
 */

/** Never part of any input: environments, what Python and its tools leave behind, and files that hold credentials. */
export const neverInput: readonly string[] = [
  ...[
    "**/__pycache__",
    "**/*.pyc",
    ".venv",
    "venv",
    ".tox",
    ".nox",
    "**/node_modules",
    "**/.git",
    "**/.DS_Store",
  ],
  ...["**/.pytest_cache", "**/.mypy_cache", "**/.ruff_cache", "**/.hypothesis", ".coverage", "htmlcov"],
  ...["**/*.egg-info", "**/.netrc", "**/.pypirc", "**/pip.conf", ".env", ".env.*"],
]

/** Not needed by a build, but by gates: a change to a test or a README rebuilds nothing. */
const notForBuild: readonly string[] = [
  ...["test", "tests", "**/tests", "**/test_*.py", "**/*_test.py", "**/conftest.py"],
  ...["pytest.ini", "tox.ini", "mypy.ini", ".mypy.ini", "setup.cfg", ".coveragerc", ".flake8"],
  ...["ruff.toml", ".ruff.toml", "pyrightconfig.json", ".pre-commit-config.yaml"],
  ...[".editorconfig", ".gitignore", ".dockerignore", ".idea", ".vscode", "Dockerfile*", "docker-compose*"],
  ...["README*", "CHANGELOG*", ".python-version", "runtime.txt"],
]

/** What packages are installed from is none of the program's: another version of a linter changes no image. */
const ofInstallation: readonly string[] = [
  ...["requirements*", "*requirements.txt", "uv.lock", "poetry.lock"],
]

/** Patterns excluded from sources that are copied into an image. */
export const sourceExcludes: readonly string[] = [...neverInput, ...notForBuild, ...ofInstallation]
