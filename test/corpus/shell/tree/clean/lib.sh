#!/bin/bash
export greeting="hello"
