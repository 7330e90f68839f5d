"""The web chat: visitors of a shop's pages write in a widget, and its CRM answers them."""

NAME = "webchat"
