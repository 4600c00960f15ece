// What the runners share: where things are, bundles, child processes.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'

/** A runtime that is not there, as it happens on platforms that it is not made for. */
export class NotInstalled extends Error {}

const ENTRY = `
import { library } from './library.mjs'
import { runSuite } from './suite.mjs'
`

export class Workshop {
  /** @param places `folder`: where the packed package is; `root`: the repository; `runtimes`: where those are. */
  constructor({ folder, root, runtimes, whyNotInstalled }) {
    this.folder = folder
    this.root = root
    this.runtimes = runtimes
    this.whyNotInstalled = whyNotInstalled
  }

  /** The path of the first that is there of some files of installed packages. */
  find(...paths) {
    const found = paths
      .map((path) => join(this.runtimes, 'node_modules', path))
      .find((path) => existsSync(path))
    if (!found) throw new NotInstalled(this.whyNotInstalled ?? `npm installed no ${paths.join(' or ')}`)
    return found
  }

  /** The version of an installed package. */
  versionOf(name) {
    return JSON.parse(readFileSync(this.find(`${name}/package.json`), 'utf8')).version
  }

  /** Imports an installed package. */
  async load(name) {
    this.versionOf(name)
    const require = createRequire(join(this.runtimes, 'package.json'))
    const module = await import(pathToFileURL(require.resolve(name)).href)
    return module.default ?? module
  }

  /** The stand-ins that docs/runtimes.md gives to engines without Web APIs. */
  standIns() {
    const text = readFileSync(join(this.root, 'docs/runtimes.md'), 'utf8')
    return /^```mjs\n(.*?)^```$/ms.exec(text)[1]
  }

  /** The suite and the package in one file. `library` and `runSuite` are at hand for `code`. */
  async bundle(code, options = {}) {
    const { outputFiles } = await build({
      stdin: { contents: ENTRY + code, resolveDir: this.folder },
      bundle: true,
      format: 'iife',
      target: 'es2022',
      platform: 'neutral',
      write: false,
      ...options,
    })
    return outputFiles[0].text
  }

  /** Runs a program in the folder of the package: what it prints. */
  async execute(file, args) {
    const { stdout } = await promisify(execFile)(file, args, {
      cwd: this.folder,
      timeout: 240_000,
      maxBuffer: 1 << 26,
    })
    return stdout
  }

  /** For runtimes that read modules from the disk. */
  async runMain(file, args = []) {
    return JSON.parse(await this.execute(file, [...args, join(this.folder, 'main.mjs')]))
  }
}
