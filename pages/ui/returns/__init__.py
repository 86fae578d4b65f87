"""Parts of the Returns page: filters in the address, the list, one return, the charts."""
