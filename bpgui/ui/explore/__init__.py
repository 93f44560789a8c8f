"""Looking at the data itself: a table, pictures of columns, which rows are in which part. Nothing here is an edit."""
