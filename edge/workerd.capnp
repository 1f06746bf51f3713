# The worker on bare workerd: for the demo, the tests, and a machine of one's own.
#
#   workerd serve workerd.capnp --socket-addr http=127.0.0.1:8787 --directory-path objects=DIR --directory-path assets=DIR
#
# Settings come from the environment, under the names that README.md lists. Put TLS in front of it with a reverse proxy.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "edge", worker = .edge),
    # The records. --directory-path objects=DIR says where.
    (name = "objects", disk = (writable = true)),
    # The site's files. --directory-path assets=DIR says where.
    (name = "assets", disk = (writable = false)),
    # Private addresses too: the simulator is on this machine.
    (name = "internet", network = (
      allow = ["public", "private", "local"],
      tlsOptions = (trustBrowserCas = true),
    )),
  ],
  # Behind a reverse proxy, the scheme that the browser used is the one that the proxy names.
  sockets = [(
    name = "http",
    address = "127.0.0.1:8787",
    http = (forwardedProtoHeader = "X-Forwarded-Proto"),
    service = "edge",
  )],
);

const edge :Workerd.Worker = (
  modules = [
    (name = "index.js", esModule = embed "build/index.js"),
    (name = "./index_bg.wasm", wasm = embed "build/index_bg.wasm"),
  ],
  compatibilityDate = "2026-10-01",
  durableObjectNamespaces = [
    (className = "PhoneObject", uniqueKey = "sms-login-phone", enableSql = true),
    (className = "UserObject", uniqueKey = "sms-login-user", enableSql = true),
    (className = "BudgetObject", uniqueKey = "sms-login-budget", enableSql = true),
    (className = "SiteObject", uniqueKey = "sms-login-site", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "objects"),
  globalOutbound = "internet",
  bindings = [
    (name = "PHONES", durableObjectNamespace = "PhoneObject"),
    (name = "USERS", durableObjectNamespace = "UserObject"),
    (name = "BUDGETS", durableObjectNamespace = "BudgetObject"),
    (name = "SITE", durableObjectNamespace = "SiteObject"),
    (name = "ASSETS", service = "assets"),
    (name = "ISSUER", fromEnvironment = "ISSUER"),
    (name = "AUDIENCE", fromEnvironment = "AUDIENCE"),
    (name = "ALLOWED_ORIGINS", fromEnvironment = "ALLOWED_ORIGINS"),
    (name = "EMBEDDING_ORIGINS", fromEnvironment = "EMBEDDING_ORIGINS"),
    (name = "COUNTRIES", fromEnvironment = "COUNTRIES"),
    (name = "DEFAULT_COUNTRY", fromEnvironment = "DEFAULT_COUNTRY"),
    (name = "NUMBER_TYPES", fromEnvironment = "NUMBER_TYPES"),
    (name = "REFUSED_PREFIXES", fromEnvironment = "REFUSED_PREFIXES"),
    (name = "CODE_LENGTH", fromEnvironment = "CODE_LENGTH"),
    (name = "CODE_TTL_S", fromEnvironment = "CODE_TTL_S"),
    (name = "CLIENT_ADDRESS_HEADER", fromEnvironment = "CLIENT_ADDRESS_HEADER"),
    (name = "SENDS_PER_NETWORK", fromEnvironment = "SENDS_PER_NETWORK"),
    (name = "SENDS_PER_WIDE_NETWORK", fromEnvironment = "SENDS_PER_WIDE_NETWORK"),
    (name = "SENDS_PER_UNKNOWN_NETWORK", fromEnvironment = "SENDS_PER_UNKNOWN_NETWORK"),
    (name = "SENDS_PER_PREFIX", fromEnvironment = "SENDS_PER_PREFIX"),
    (name = "SENDS_PER_COUNTRY", fromEnvironment = "SENDS_PER_COUNTRY"),
    (name = "SENDS_PER_SITE", fromEnvironment = "SENDS_PER_SITE"),
    (name = "EMAILS_PER_SITE", fromEnvironment = "EMAILS_PER_SITE"),
    (name = "BUDGET_SHARDS", fromEnvironment = "BUDGET_SHARDS"),
    (name = "PUMPING_FLOOR_PERCENT", fromEnvironment = "PUMPING_FLOOR_PERCENT"),
    (name = "PROVIDER_BREAKER_PERCENT", fromEnvironment = "PROVIDER_BREAKER_PERCENT"),
    (name = "BOT_CHECK", fromEnvironment = "BOT_CHECK"),
    (name = "TURNSTILE_SITE_KEY", fromEnvironment = "TURNSTILE_SITE_KEY"),
    (name = "TURNSTILE_SECRET", fromEnvironment = "TURNSTILE_SECRET"),
    (name = "TURNSTILE_URL", fromEnvironment = "TURNSTILE_URL"),
    (name = "STRICT_NIST", fromEnvironment = "STRICT_NIST"),
    (name = "RECYCLED_AFTER_DAYS", fromEnvironment = "RECYCLED_AFTER_DAYS"),
    (name = "PRICES", fromEnvironment = "PRICES"),
    (name = "SPEND_CAP", fromEnvironment = "SPEND_CAP"),
    (name = "CURRENCY", fromEnvironment = "CURRENCY"),
    (name = "ALERT_WEBHOOK", fromEnvironment = "ALERT_WEBHOOK"),
    (name = "SIGNING_KEYS", fromEnvironment = "SIGNING_KEYS"),
    (name = "SEALING_KEYS", fromEnvironment = "SEALING_KEYS"),
    (name = "INDEX_KEYS", fromEnvironment = "INDEX_KEYS"),
    (name = "ADMIN_KEYS", fromEnvironment = "ADMIN_KEYS"),
    (name = "STEP_UP_KEYS", fromEnvironment = "STEP_UP_KEYS"),
    (name = "RESTORED_AT", fromEnvironment = "RESTORED_AT"),
    (name = "INFOBIP_BASE_URL", fromEnvironment = "INFOBIP_BASE_URL"),
    (name = "INFOBIP_API_KEY", fromEnvironment = "INFOBIP_API_KEY"),
    (name = "INFOBIP_APPLICATION_ID", fromEnvironment = "INFOBIP_APPLICATION_ID"),
    (name = "INFOBIP_MESSAGE_ID", fromEnvironment = "INFOBIP_MESSAGE_ID"),
    (name = "INFOBIP_VOICE_MESSAGE_ID", fromEnvironment = "INFOBIP_VOICE_MESSAGE_ID"),
    (name = "INFOBIP_EMAIL_MESSAGE_ID", fromEnvironment = "INFOBIP_EMAIL_MESSAGE_ID"),
  ],
);
