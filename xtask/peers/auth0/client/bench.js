// What Auth0's network answers for this tenant: one connection, by text message.
Auth0.setClient({
  id: "bench",
  tenant: "bench",
  allowed: true,
  callback: location.origin,
  strategies: [{ name: "sms", connections: [{ name: "sms", forgot_password_url: null }] }],
});
