// Beside the page, not in it: the page allows no inline script.
SwaggerUIBundle({ url: "openapi.json", dom_id: "#calls", deepLinking: true, validatorUrl: null });
