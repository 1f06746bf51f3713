// A page that a bundler makes, with the element from npm.
import "sms-login";

const element = document.createElement("sms-login");
// The page's own address says where the worker is, as a site's configuration would.
element.endpoint = decodeURIComponent(location.hash.slice(1));
element.name = "Shop";
document.querySelector("main").append(element);
