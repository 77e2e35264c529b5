// The entry of every npm script: node scripts/bootstrap.mjs <command> [arguments...]
// It installs and builds what is missing, then runs the command with the project's own Node. This file has to be
// readable for any Node, however old, so that it can say what is needed.
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(
    `DITTO Studio needs Node 20 or later to start, and this is ${process.version}: install a current Node from nodejs.org, then repeat the command.`,
  );
  process.exit(1);
}
import('./bootstrap/main.mjs').then(({ main }) => main(process.argv.slice(2)));
