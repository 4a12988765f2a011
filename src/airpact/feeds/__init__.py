"""One report type and one pure decoder per format: bytes in, reports and counted rejections out."""
