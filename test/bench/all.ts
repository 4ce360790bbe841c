/** `bun run bench`: all benchmarks, one after another, in one table. */
import { measureChat } from "./chat"
import { measureConversion } from "./convert"
import { measureEmbeddings } from "./embeddings"
import { printFigures } from "./figures"
import { measureIdle } from "./idle"
import { measureIngest } from "./ingest"
import { measureLargeFile } from "./large-file"
import { measureLongRun } from "./long-run"
import { measureQuery } from "./query"
import { measureStart } from "./start"
import { measureVectors } from "./vectors"

printFigures([
  ...(await measureStart()),
  ...(await measureIdle()),
  ...(await measureIngest()),
  ...(await measureLargeFile()),
  ...(await measureConversion()),
  ...(await measureQuery()),
  ...(await measureVectors()),
  ...(await measureEmbeddings()),
  ...(await measureChat()),
  ...(await measureLongRun()),
])
