// As soon as the number is proved, the form that the element stands in brings the proof to the backend.
document.querySelector("sms-login").addEventListener("sms-login:proved", ({ target }) => target.closest("form").requestSubmit());
