# The smallest worker on bare workerd.
#
#   workerd serve workerd.capnp --socket-addr http=127.0.0.1:8787 --directory-path objects=DIR
#
# Where `build.mjs` laid it, beside what it made of `worker.ts`.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "minimal", worker = .minimal),
    (name = "objects", disk = (writable = true)),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "minimal")],
);

const minimal :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-01",
  durableObjectNamespaces = [(className = "Phone", uniqueKey = "minimal-phone", enableSql = true)],
  durableObjectStorage = (localDisk = "objects"),
  globalOutbound = "internet",
  bindings = [
    (name = "PHONES", durableObjectNamespace = "Phone"),
    (name = "ISSUER", fromEnvironment = "ISSUER"),
    (name = "SIGNING_KEYS", fromEnvironment = "SIGNING_KEYS"),
    (name = "SEALING_KEYS", fromEnvironment = "SEALING_KEYS"),
    (name = "INFOBIP_BASE_URL", fromEnvironment = "INFOBIP_BASE_URL"),
    (name = "INFOBIP_API_KEY", fromEnvironment = "INFOBIP_API_KEY"),
    (name = "INFOBIP_APPLICATION_ID", fromEnvironment = "INFOBIP_APPLICATION_ID"),
    (name = "INFOBIP_MESSAGE_ID", fromEnvironment = "INFOBIP_MESSAGE_ID"),
  ],
);
