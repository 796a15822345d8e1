"""Weather stations and controllers of farms and greenhouses."""
