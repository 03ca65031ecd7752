export const text = "FROM node:latest\nRUN sudo npm ci\n"
