"""Documents to passages and back to the place they came from; knows neither the product nor how models are asked."""
