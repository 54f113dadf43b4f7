"""Lists as files: what a cell is, and how rows become CSV, XLSX, GeoJSON and KML. Who may export what, pages decide."""
