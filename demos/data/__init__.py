"""The picture-caption set, its licences, and the script that renders it."""
