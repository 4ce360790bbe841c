/** `npm start -- ARGUMENTS` installs and builds what is missing, then runs amelia. */
import { become, build, prepare } from "./bootstrap.mjs"

become(build(prepare()), process.argv.slice(2))
