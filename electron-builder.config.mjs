import { basename } from 'node:path';
import { projectRoot } from './scripts/bootstrap/project.mjs';
import { ownNodeOf } from './scripts/bootstrap/runtime.mjs';

const node = ownNodeOf(projectRoot);
if (!node)
  throw new Error('A package holds the Node that npm installed, and there is none for this platform.');

/** Native parts come from npm for every platform at once; a package holds those of its own. */
const ofOtherPlatforms = ['linux', 'darwin', 'win32']
  .filter((platform) => platform !== process.platform)
  .flatMap((platform) => [
    `!node_modules/onnxruntime-node/bin/napi-v*/${platform}/**`,
    `!node_modules/better-sqlite3/prebuilds/${platform}*`,
  ]);

/**
 * Packages are made on the platform that they are for: the Node in them is the one that runs here.
 * @type {import('electron-builder').Configuration}
 */
export default {
  appId: 'io.github.ditto-studio',
  productName: 'DITTO Studio',
  directories: { output: 'out.packages', buildResources: 'resources' },
  // Another Electron than the one that would be fetched, as for the tests.
  ...(process.env.DITTO_ELECTRON && { electronDist: process.env.DITTO_ELECTRON }),
  files: [
    'out/**',
    '!out/build.json',
    '!out/main/bench.js',
    '!**/*.map',
    'resources/icon.png',
    'package.json',
    // Sources of what is there as a program.
    '!node_modules/better-sqlite3/{deps,src}/**',
    // The Node goes beside the archive; the engine for CUDA 11 has to be installed by hand wherever it is wanted.
    '!node_modules/node-*/**',
    '!node_modules/@tensorflow/**',
    ...ofOtherPlatforms,
  ],
  // The studio process and the trainers are a plain Node's programs, which cannot read inside an archive.
  asar: true,
  asarUnpack: ['package.json', 'out/main/**', 'out/operators/**', 'node_modules/**'],
  extraResources: [{ from: node, to: `node/${basename(node)}` }],
  // The native modules are Node-API's: the same file for every Node.
  npmRebuild: false,
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Science',
    icon: 'resources/icon.png',
  },
  deb: { maintainer: 'DITTO Studio maintainers' },
  mac: {
    target: ['dmg', 'zip'],
    category: 'public.app-category.education',
    icon: 'resources/icon.png',
    hardenedRuntime: true,
  },
  win: { target: ['nsis'], icon: 'resources/icon.png' },
  // One installation a user, no administrator needed; the user's data stays when it is removed.
  nsis: { oneClick: false, perMachine: false, deleteAppDataOnUninstall: false },
  publish: null,
};
