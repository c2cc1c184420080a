// Copied beside the installed plugins, from where these names resolve.
export { default as react } from "@eslint-react/eslint-plugin";
export { default as sonarjs } from "eslint-plugin-sonarjs";
export { default as unicorn } from "eslint-plugin-unicorn";
