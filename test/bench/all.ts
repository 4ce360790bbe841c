/** `bun run bench`: all benchmarks, one after another, in one table. */
import { measureChat } from "./chat"
import { printFigures } from "./figures"
import { measureIngest } from "./ingest"
import { measureLargeFile } from "./large-file"
import { measureQuery } from "./query"
import { measureStart } from "./start"

printFigures([
  ...(await measureStart()),
  ...(await measureIngest()),
  ...(await measureLargeFile()),
  ...(await measureQuery()),
  ...(await measureChat()),
])
