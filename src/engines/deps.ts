import type { PlatformDeps } from "../platform/deps"
import type { SearchIndex } from "./index/search-index"
import type { Reranker } from "./inference/cross-encoder-service"
import type { Embeddings } from "./inference/embeddings"
import type { PriceBook } from "./models/price-book"
import type { ModelRegistry } from "./models/registry"

export type EngineDeps = PlatformDeps & {
  search: SearchIndex
  embeddings: Embeddings
  reranker: Reranker
  models: ModelRegistry
  priceBook: PriceBook
}
