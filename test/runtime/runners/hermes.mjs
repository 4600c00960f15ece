import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const noble = { hash: 'noble', 'sign now': 'noble', verify: 'noble' }
const CODE = 'runSuite(library).then((report) => print(JSON.stringify(report)))'
const FOLDERS = { linux: 'linux64-bin', darwin: 'osx-bin', win32: 'win64-bin' }

export const runners = [
  {
    name: 'Hermes',
    expected: noble,
    async run(workshop) {
      const version = workshop.versionOf('hermes-engine-cli')
      const hermes = workshop.find(`hermes-engine-cli/${FOLDERS[process.platform]}/hermes`)
      const babel = await workshop.load('@babel/core')
      // Hermes reads no classes and no modules: applications of React Native are rewritten so.
      const rewrite = async (text) => {
        const { code } = await babel.transformAsync(text, {
          presets: [[workshop.find('@react-native/babel-preset'), { enableBabelRuntime: false }]],
          filename: 'bundle.js',
          babelrc: false,
          configFile: false,
          compact: true,
          cwd: workshop.runtimes,
        })
        return code
      }
      // Each by itself, as two modules are: what the rewriting needs is set up at the beginning of a module.
      const code = [await rewrite(workshop.standIns()), await rewrite(await workshop.bundle(CODE))].join(
        ';\n',
      )
      const file = join(workshop.folder, 'hermes.js')
      writeFileSync(file, code)
      return { version, report: JSON.parse(await workshop.execute(hermes, ['-O', file])) }
    },
  },
]
