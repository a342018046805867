// Starts the API reference. It lives in a file of its own because the page may not run inline scripts.
SwaggerUIBundle({
  dom_id: "#api",
  url: "/api/openapi.json",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: true,
  persistAuthorization: false,
  tryItOutEnabled: false,
  validatorUrl: null,
});
